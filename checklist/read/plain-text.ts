import type { Token } from 'markdown-it';

/** An inline token without its marks and comments; code keeps its backticks, breaks are \n. */
export function plainText(inline: Token | undefined): string {
  return (inline?.children ?? [])
    .map(({ type, content, children }) => {
      switch (type) {
        case 'text':
        case 'text_special':
          return content;
        case 'code_inline':
          return `\`${content}\``;
        case 'softbreak':
        case 'hardbreak':
          return '\n';
        case 'image':
          return (children ?? []).map((child) => child.content).join('');
        case 'html_inline':
          return /^<br\s*\/?>$/i.test(content) ? '\n' : '';
        default:
          return '';
      }
    })
    .join('')
    .replaceAll(/[ \t]+(?=\n|$)/g, '');
}
