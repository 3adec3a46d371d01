/** What a case of the kit fails with: the store did not keep a promise of the seam. */
export class ContractViolation extends Error {
  override readonly name = "ContractViolation";
}
