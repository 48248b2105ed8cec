"""What pages ask. A form says what may be typed; whether it may be done, the service says."""
