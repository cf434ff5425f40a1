"""What runs on the host: provisioning, the site's assembly, samples, checks and the command line."""
