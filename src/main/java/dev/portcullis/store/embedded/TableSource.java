package dev.portcullis.store.embedded;

/** The tables of an embedded store, by their names. */
public interface TableSource {
    /** The table of this name. */
    Table table(String name);
}
