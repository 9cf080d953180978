/** Its payload names one thing that changed: `verification:<id>`, `custom-run:<id>`, … */
export const CONTROL_CHANNEL = 'minos_control';
