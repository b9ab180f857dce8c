package dev.portcullis.bus;

/** Something an instance of a stage can be told. It may get lost; nothing may be correct because it arrived. */
public record Notice<T>(Stage stage, String name, Class<T> told) {
    String address(String node, int instance) {
        return stage.word() + "@" + node + "." + instance + "/" + name;
    }

    /** Who hears it on whichever node. */
    String hearer(int instance) {
        return stage.word() + "." + instance + "/" + name;
    }
}
