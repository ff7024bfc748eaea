/** Three, two and four digits with the same kind of gap, not amid more digits. */
const WRITTEN_OUT = /(?<!\d)(?<!\d[-.])(\d{3})( ?[-. ] ?)(\d{2})\2(\d{4})(?![-.]?\d)/g;

const LABELLED =
  /(?<![a-z])(?:ssn|ss ?#|social(?: |-)?security|soc\.? ?sec|itin|tin|tax ?id)[^0-9~]{0,20}(\d{3})[ .-]{0,3}(\d{2})[ .-]{0,3}(\d{4})(?!\d)/i;

/** Whether a social security number of the United States (or the taxpayer's number in its form) is in a plain text. */
export function hasSocialSecurityNumber(text: string): boolean {
  if (LABELLED.test(text)) return true;
  for (const [, area = '', , group = '', serial = ''] of text.matchAll(WRITTEN_OUT)) {
    if (isGiven(area, group, serial)) return true;
  }
  return false;
}

/** Area 000 and 666, group 00 and serial 0000 are never given out; 9xx are taxpayers' numbers. */
function isGiven(area: string, group: string, serial: string): boolean {
  return area !== '000' && area !== '666' && group !== '00' && serial !== '0000';
}
