"""疑问: what looks made up is asked about, never barred. Found by a job over a district."""
