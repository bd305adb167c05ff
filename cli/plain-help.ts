import { Help, type CommandUnknownOpts, type Option } from '@commander-js/extra-typings';

const usual = new Help();

/** Says first what a command does, and nothing of an option that is off when it is left out. */
export const plainHelp = {
  commandDescription(command: CommandUnknownOpts): string {
    const summary = command.summary();
    const sentence = summary === '' ? '' : `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
    return [sentence, command.description()].filter((text) => text !== '').join(' ');
  },
  optionDescription(option: Option): string {
    return isOff(option.defaultValue) ? option.description : usual.optionDescription(option);
  },
};

function isOff(value: unknown): boolean {
  return value === false || (Array.isArray(value) && value.length === 0);
}
