"""The service desk: business time, clocks and the people of the desk."""
