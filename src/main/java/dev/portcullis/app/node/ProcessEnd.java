package dev.portcullis.app.node;

/**
 * How a node has its process end. Each returns at once.
 *
 * @param isolated runs when the node no longer hears any other node, and so is of no use
 * @param stop closes the node and ends the process, as a signal does
 */
public record ProcessEnd(Runnable isolated, Runnable stop) {
    /** Does nothing: the node is a part of another program. */
    public static final ProcessEnd NONE = new ProcessEnd(() -> {}, () -> {});
}
