"""What the invented partnership office has done with the invented disagreements, so that its pages have something to say."""
