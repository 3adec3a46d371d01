/** What a case of the kit fails with: the adapter did not do its duty. */
export class ContractViolation extends Error {
  override readonly name = "ContractViolation";
}
