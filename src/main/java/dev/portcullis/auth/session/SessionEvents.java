package dev.portcullis.auth.session;

import dev.portcullis.config.Json;
import dev.portcullis.content.PlainText;
import dev.portcullis.hooks.outbox.HookEvent;
import dev.portcullis.hooks.outbox.HookOutbox.Held;
import dev.portcullis.hooks.outbox.HookType;
import dev.portcullis.protocol.Sender;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Builds the events that tell the application about a session, without its token or other credentials. */
final class SessionEvents {
    private SessionEvents() {}

    static Held of(Session session) {
        return new Held(session.id(), opened(session), closed(session));
    }

    private static HookEvent opened(Session session) {
        Map<String, Object> members = members(session);
        Sender sender = session.sender();
        sender.username().ifPresent(name -> members.put("username", PlainText.clean(name, name.length())));
        members.put("role", sender.role().id());
        members.put("address", session.address());
        return event(HookType.SESSION_OPENED, session, members);
    }

    private static HookEvent closed(Session session) {
        return event(HookType.SESSION_CLOSED, session, members(session));
    }

    private static Map<String, Object> members(Session session) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("userId", session.sender().userId().value());
        members.put("sessionId", session.id());
        members.put("node", session.owner().node());
        members.put("openedAt", session.openedAt());
        return members;
    }

    private static HookEvent event(HookType type, Session session, Map<String, Object> members) {
        return new HookEvent(
                type,
                "user:" + session.sender().userId().value(),
                session.id() + "." + type.id(),
                Json.write(members).substring(1).getBytes(StandardCharsets.UTF_8));
    }
}
