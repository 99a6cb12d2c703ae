"""The portal: pages for people who ask, without a session of the desk."""
