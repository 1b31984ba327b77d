import { Component, type ComponentChild, type ComponentClass, type FunctionComponent, h } from 'preact';

/**
 * Makes a component a row of a long list: it is drawn anew when a property of it is another or a signal that it reads
 * has changed, and not whenever the list is. So its properties are words and numbers.
 */
export function row<P extends object>(Part: FunctionComponent<P>): ComponentClass<P> {
  return class Row extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return (Object.keys(next) as (keyof P)[]).some(name => next[name] !== this.props[name]);
    }

    override render(props: P): ComponentChild {
      return h(Part as FunctionComponent<object>, props);
    }
  };
}
