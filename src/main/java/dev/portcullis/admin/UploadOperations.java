package dev.portcullis.admin;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.config.Json;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.UserUploads;
import dev.portcullis.uploads.UserUploads.Holders;
import dev.portcullis.uploads.UserUploads.UploadHolder;
import dev.portcullis.uploads.UserUploads.Uploaded;
import dev.portcullis.uploads.UserUploads.UserUpload;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Shows operators how much storage each user takes, and deletes files. Each deletion is an audit event that says who made it.
 */
final class UploadOperations {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final UserUploads uploads;
    private final Audit audit;
    private final BiFunction<HttpRefusal, Throwable, HttpRefusal> logged;

    /** @param logged logs a failure, and returns the answer */
    UploadOperations(UserUploads uploads, Audit audit, BiFunction<HttpRefusal, Throwable, HttpRefusal> logged) {
        this.uploads = uploads;
        this.audit = audit;
        this.logged = logged;
    }

    RouterBuilder bind(RouterBuilder router) {
        return router.bind("listUploads", this::list)
                .bind("deleteUpload", this::deleteOne)
                .bind("deleteUserUploads", this::deleteAll);
    }

    private void list(ApiRequest request) {
        String after = PageCursor.of(request);
        Future<Map<String, Object>> found = request.textIn("userId")
                .map(UserId::new)
                .map(user -> uploads.of(user, after).map(page -> fields(user, page)))
                .orElseGet(() -> uploads.holders(after).map(UploadOperations::fields));
        found.onComplete(
                fields -> request.send(OK, HttpResponses.JSON, Buffer.buffer(Json.write(fields))),
                failure -> unavailable(request, failure));
    }

    private void deleteOne(ApiRequest request) {
        String file = request.text("fileId");
        uploads.end(file)
                .onComplete(
                        owner -> owner.ifPresentOrElse(
                                user -> deleted(request, event(request, user).resource(file)),
                                () -> request.refuse(HttpRefusal.NOT_FOUND)),
                        failure -> unavailable(request, failure));
    }

    private void deleteAll(ApiRequest request) {
        UserId user = new UserId(request.text("userId"));
        uploads.end(user)
                .onComplete(done -> deleted(request, event(request, user)), failure -> unavailable(request, failure));
    }

    private void deleted(ApiRequest request, AuditEvent event) {
        audit.event(event);
        request.send(NO_CONTENT);
    }

    private void unavailable(ApiRequest request, Throwable failure) {
        request.refuse(logged.apply(HttpRefusal.UNAVAILABLE, failure));
    }

    private static AuditEvent event(ApiRequest request, UserId owner) {
        return AuditEvent.of(EventName.ADMIN_UPLOADS_DELETED)
                .user(owner)
                .requestId(RequestId.next())
                .ip(request.http().remoteAddress().hostAddress())
                .detail(request.caller(Operator.class).id());
    }

    private static Map<String, Object> fields(Holders page) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bytes", page.bytes());
        fields.put("placeBytes", page.placeBytes());
        fields.put(
                "holders", page.holders().stream().map(UploadOperations::fields).toList());
        PageCursor.put(fields, page.next());
        return fields;
    }

    private static Map<String, Object> fields(UploadHolder holder) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("userId", holder.owner().value());
        fields.put("bytes", holder.bytes());
        fields.put("uploads", holder.uploads());
        fields.put("oldestAt", holder.oldestAt());
        putAddress(fields, holder.address());
        return fields;
    }

    private static Map<String, Object> fields(UserId user, Uploaded page) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("userId", user.value());
        fields.put(
                "uploads", page.uploads().stream().map(UploadOperations::fields).toList());
        PageCursor.put(fields, page.next());
        return fields;
    }

    private static Map<String, Object> fields(UserUpload upload) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("fileId", upload.id());
        upload.target()
                .fold(
                        room -> fields.put("roomId", room.value()),
                        recipient -> fields.put("recipientId", recipient.value()));
        fields.put("name", upload.name());
        fields.put("size", upload.size());
        fields.put("mime", upload.mime());
        fields.put("createdAt", upload.createdAt());
        fields.put("endsAt", upload.dueAt());
        fields.put("kept", upload.kept());
        putAddress(fields, upload.address());
        return fields;
    }

    private static void putAddress(Map<String, Object> fields, List<String> address) {
        if (!address.isEmpty()) {
            fields.put("address", address.get(0));
        }
    }
}
