/** The roles, strongest first, as filters and forms offer them. */
export const ROLES = ["Admin", "User", "Viewer"] as const;
