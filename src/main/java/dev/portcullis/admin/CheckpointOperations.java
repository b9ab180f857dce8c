package dev.portcullis.admin;

import dev.portcullis.admin.NodeControl.Checkpoints;
import dev.portcullis.admin.NodeControl.Checkpoints.Checkpoint;
import dev.portcullis.audit.EventName;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjLongConsumer;

/** Has the node make a checkpoint, for the command {@code backup}. No call names a path: an operator writes nowhere (CWE-73). */
final class CheckpointOperations {
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;

    /** More than a slow disk takes for what is in memory, and for links to many files. */
    private static final long LONGEST_MS = 300_000;

    private final Checkpoints checkpoints;
    private final ObjLongConsumer<HttpServerRequest> answerWithin;

    /** @param answerWithin lets the answer to a request take so many milliseconds */
    CheckpointOperations(Checkpoints checkpoints, ObjLongConsumer<HttpServerRequest> answerWithin) {
        this.checkpoints = checkpoints;
        this.answerWithin = answerWithin;
    }

    void bind(OperatorCall.Routes routes) {
        routes.bind("makeCheckpoint", this::make)
                .bind("keepCheckpoint", this::keep)
                .bind("endCheckpoint", this::end);
    }

    private void make(OperatorCall call) {
        answerWithin.accept(call.request().http(), LONGEST_MS);
        call.then(
                checkpoints.make(),
                result -> result.<Runnable>fold(
                                made -> () -> made(call, made),
                                why -> () -> call.request().refuse(why))
                        .run());
    }

    private static void made(OperatorCall call, Checkpoint made) {
        call.record(call.event(EventName.ADMIN_CHECKPOINT_MADE));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("checkpointId", made.id());
        fields.put("at", made.at());
        fields.put("files", made.files());
        fields.put("tookMs", made.tookMs());
        fields.put("keptMs", made.keptMs());
        call.send(CREATED, fields);
    }

    private void keep(OperatorCall call) {
        call.ifFound(Optional.of(call).filter(any -> checkpoints.keep(id(call))), kept -> {
            var unused = call.request().send(NO_CONTENT);
        });
    }

    private void end(OperatorCall call) {
        boolean copied = call.request().textIn("copied").filter("true"::equals).isPresent();
        call.then(
                checkpoints.end(id(call), copied),
                found -> call.ifFound(Optional.of(call).filter(any -> found), any -> ended(call, copied)));
    }

    private static void ended(OperatorCall call, boolean copied) {
        if (copied) {
            call.record(call.event(EventName.ADMIN_BACKUP_MADE));
        }
        var unused = call.request().send(NO_CONTENT);
    }

    private static String id(OperatorCall call) {
        return call.request().text("checkpointId");
    }
}
