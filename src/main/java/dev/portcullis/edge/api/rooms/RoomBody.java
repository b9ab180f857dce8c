package dev.portcullis.edge.api.rooms;

import dev.portcullis.protocol.RoomRole;
import dev.portcullis.rooms.RoomAdministration.InvitationView;
import dev.portcullis.rooms.RoomOutcome.Done;
import dev.portcullis.rooms.RoomPage;
import dev.portcullis.rooms.RoomView;
import dev.portcullis.rooms.directory.RoomStore.Member;
import dev.portcullis.streams.Retention;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The bodies of answers about rooms. */
final class RoomBody {
    private RoomBody() {}

    static Map<String, Object> of(RoomView room) {
        return Map.of("room", fields(room));
    }

    static Map<String, Object> of(RoomView room, Done done) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("room", fields(room));
        if (!done.members().isEmpty()) {
            body.put("members", done.members().stream().map(RoomBody::fields).toList());
            if (done.more()) {
                Member last = done.members().get(done.members().size() - 1);
                body.put("next", last.user().value());
            }
        }
        return body;
    }

    static Map<String, Object> of(RoomPage page) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("rooms", page.rooms().stream().map(RoomBody::fields).toList());
        page.next().ifPresent(next -> body.put("next", next));
        return body;
    }

    static Map<String, Object> ofInvited(RoomRole role) {
        return Map.of("invited", role.id());
    }

    static Map<String, Object> of(List<InvitationView> invitations) {
        return Map.of("invitations", invitations.stream().map(RoomBody::fields).toList());
    }

    private static Map<String, Object> fields(InvitationView invitation) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("roomId", invitation.room().value());
        fields.put("name", invitation.name());
        fields.put("role", invitation.role().id());
        invitation.by().ifPresent(by -> fields.put("byUserId", by.value()));
        fields.put("invitedAt", invitation.at());
        return fields;
    }

    private static Map<String, Object> fields(RoomView room) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("roomId", room.id().value());
        fields.put("name", room.name());
        room.topic().ifPresent(topic -> fields.put("topic", topic));
        fields.put("visibility", room.visibility().id());
        room.createdAt().ifPresent(at -> fields.put("createdAt", at));
        room.role().ifPresent(role -> fields.put("role", role.id()));
        room.kept().ifPresent(kept -> fields.put("retention", fields(kept)));
        return fields;
    }

    /** A bound that there is not is left out. */
    private static Map<String, Object> fields(Retention kept) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (kept.entries() != Retention.FOREVER) {
            fields.put("entries", kept.entries());
        }
        if (kept.ageMs() != Retention.FOREVER) {
            fields.put("ageMs", kept.ageMs());
        }
        return fields;
    }

    private static Map<String, Object> fields(Member member) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("userId", member.user().value());
        fields.put("role", member.membership().role().id());
        return fields;
    }
}
