package dev.portcullis.bus;

/** Something an instance of a stage can be told. It may get lost; nothing may be correct because it arrived. */
public record Notice<T>(Stage stage, String name, Class<T> payloadType) {
    String address(String node, int instance) {
        return stage.id() + "@" + node + "." + instance + "/" + name;
    }

    /** Who hears it on whichever node. */
    String handlerName(int instance) {
        return stage.id() + "." + instance + "/" + name;
    }
}
