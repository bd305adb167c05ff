interface Node {
  readonly id: string;
  readonly parents: readonly string[];
}

/** The ids of one circle, each needing the next; empty when there is none. Never deeper on the stack than one frame. */
export function findCycle(nodes: readonly Node[]): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const done = new Set<string>();
  for (const start of nodes) {
    const path: { readonly node: Node; next: number }[] = [{ node: start, next: 0 }];
    while (path.length > 0) {
      const top = path.at(-1);
      if (!top) break;
      const parent = byId.get(top.node.parents[top.next] ?? '');
      top.next += 1;
      if (top.next > top.node.parents.length || done.has(top.node.id)) {
        done.add(top.node.id);
        path.pop();
      } else if (parent && !done.has(parent.id)) {
        const from = path.findIndex(({ node }) => node === parent);
        if (from >= 0) return path.slice(from).map(({ node }) => node.id);
        path.push({ node: parent, next: 0 });
      }
    }
  }
  return [];
}
