/** The Entra tenant that Microsoft keeps personal accounts (outlook.com and the like) in. */
export const PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad";
