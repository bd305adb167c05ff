/** All that a team's own repository needs: Pulumi.<environment>.yaml says what exists. */
export { default } from 'crossfade';
