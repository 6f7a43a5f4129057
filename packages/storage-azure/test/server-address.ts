/** What of a server of Azure's kind is needed to talk to it. */
export interface AzureServerAddress {
  readonly account: string;
  readonly accountKey: string;
  /** The address of the account, without a slash at its end. */
  readonly accountUrl: string;
}
