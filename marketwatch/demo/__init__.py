"""Sample articles written for marketwatch: real events in our own words, outlets invented."""
