"""The walk: every role is played through the services, from import to filing, on the demo clock."""
