package dev.portcullis.http.contract;

/** One parameter of an operation. A parameter in the path is always required. */
public record Parameter(String name, In in, boolean required, InputSchema schema) {
    /** The part of a request that holds a parameter. */
    public enum In {
        PATH,
        QUERY,
        HEADER
    }
}
