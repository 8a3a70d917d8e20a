import {
  allowKeyManagersAction,
  bindApplicationAction,
  unbindApplicationAction,
  updateApplicationAction,
} from "./actions";

/** The server actions of the dialogs on the pages of applications. */
export const APPLICATION_ACTIONS = {
  bind: bindApplicationAction,
  update: updateApplicationAction,
  allowKeyManagers: allowKeyManagersAction,
  unbind: unbindApplicationAction,
};
