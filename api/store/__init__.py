"""Every query of the service, by subject. Whatever is read here passes the asker's scope."""
