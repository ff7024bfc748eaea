/** The sign of NuMoon: a new moon with its first light. */
export const MOON_SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<circle cx="16" cy="16" r="15" fill="#232b52"/>
<path d="M19 4.5a12 12 0 1 1-8.4 22.2A11.5 11.5 0 0 0 19 4.5z" fill="#f4e9c9"/>
</svg>
`;
