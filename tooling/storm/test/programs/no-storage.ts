/** Not a function. */
export const openStorage: string = 'a storage';
