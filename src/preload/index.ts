// The bridge between the page and the lab: empty until there is a lab to reach.
export {};
