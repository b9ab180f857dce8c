package dev.portcullis.app;

/** Makes tokens that a node with this configuration accepts. */
@FunctionalInterface
public interface Mint {
    String mint(NodeConfig config, TokenOrder order) throws StartFailure;
}
