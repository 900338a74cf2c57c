"""What is assumed when a loss is minimized: noise laws, links, priors, and how they are read."""
