package dev.portcullis.bus;

/** A one-way message to an instance of a stage. It may be lost, so no correctness may depend on its arrival. */
public record Notice<T>(Stage stage, String name, Class<T> payloadType) {
    String address(String node, int instance) {
        return stage.id() + "@" + node + "." + instance + "/" + name;
    }

    /** The handler of the notice, named alike on every node. */
    String handlerName(int instance) {
        return stage.id() + "." + instance + "/" + name;
    }
}
