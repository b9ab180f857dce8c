package dev.portcullis.edge.socketio.engine;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The open sessions of a node by their ids. As many as there are connections, which bounds them. Used from all event loops. */
public final class EngineSessions {
    private final Map<String, EngineSession> byId = new ConcurrentHashMap<>();

    public void add(EngineSession session) {
        byId.put(session.id(), session);
    }

    public void remove(EngineSession session) {
        byId.remove(session.id());
    }

    public Optional<EngineSession> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }
}
