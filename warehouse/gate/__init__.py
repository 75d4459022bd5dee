"""What a build has to prove before it is published, and what it says for itself."""
