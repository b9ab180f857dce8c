package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.client.selfaudit.ProbeOutcome;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.HttpAnswer;
import dev.portcullis.protocol.Result;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A private room of a user of the audit, which is removed at the end of the run. */
record PrivateRoom(String id, String owner) {
    private static final String ROOMS = "/api/rooms";

    /**
     * Makes one with an owner of its own, or the one of the run where users are given, because a user may make few; or says why
     * there is none.
     */
    static Result<PrivateRoom, ProbeOutcome> make(AuditTarget target, String purpose) throws IOException {
        Optional<String> obstacle = Sessions.obstacle(target);
        if (obstacle.isPresent()) {
            return Result.refused(ProbeOutcome.unchecked(obstacle.get()));
        }
        Optional<String> own = target.users().fresh(purpose.replace('.', '-').replace('_', '-') + "-owner");
        Optional<String> owner = own.or(() -> target.users().first());
        if (owner.isEmpty()) {
            return Result.refused(ProbeOutcome.unchecked(Sessions.NO_USER));
        }
        Optional<String> shared = target.sharedRoom();
        return own.isEmpty() && shared.isPresent()
                ? Result.done(new PrivateRoom(shared.get(), owner.get()))
                : make(target, owner.get(), own.isEmpty());
    }

    private static Result<PrivateRoom, ProbeOutcome> make(AuditTarget target, String owner, boolean isShared)
            throws IOException {
        String body = new JsonObject()
                .put("name", target.users().prefix())
                .put("visibility", "private")
                .encode();
        Optional<HttpAnswer> answer = target.call("POST", ROOMS, bearer(owner), body);
        Optional<String> id = answer.filter(each -> each.status() == 201).flatMap(PrivateRoom::idIn);
        id.ifPresent(room -> target.undoLater("DELETE", ROOMS + "/" + room, bearer(owner)));
        id.filter(room -> isShared).ifPresent(target::shareRoom);
        return id.<Result<PrivateRoom, ProbeOutcome>>map(room -> Result.done(new PrivateRoom(room, owner)))
                .orElseGet(() -> Result.refused(ProbeOutcome.unchecked("a room of the audit's own gets "
                        + answer.map(each -> "HTTP " + each.status()).orElse("no answer"))));
    }

    private static Optional<String> idIn(HttpAnswer answer) {
        try {
            return Optional.ofNullable(new JsonObject(answer.body()).getJsonObject("room"))
                    .map(room -> room.getString("roomId", room.getString("id")))
                    .filter(id -> id.matches("[A-Za-z0-9_.:-]{1,64}"));
        } catch (DecodeException | ClassCastException none) {
            return Optional.empty();
        }
    }

    String path() {
        return ROOMS + "/" + id;
    }

    static List<String> bearer(String token) {
        return List.of("Authorization: Bearer " + token);
    }
}
