/** What is used of jstat, which brings no types. */
declare module 'jstat' {
  const jStat: {
    studentt: {
      /** The quantile of Student's t for a probability and degrees of freedom, which may be a fraction. */
      inv(probability: number, degrees: number): number;
    };
  };
  export default jStat;
}
