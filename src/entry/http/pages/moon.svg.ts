/** The sign of NuMoon: a new moon with its first light. */
export const MOON_SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<circle cx="16" cy="16" r="15" fill="#232b52"/>
<circle cx="16" cy="16" r="11" fill="#f4e9c9"/>
<circle cx="12.6" cy="13.8" r="9.6" fill="#232b52"/>
</svg>
`;
