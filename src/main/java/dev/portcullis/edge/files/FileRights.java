package dev.portcullis.edge.files;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.session.TokenIdentity;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomAction;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.uploads.UploadRights;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.Upload.TicketGrant;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Tells whether a user may fetch or send a file: asks the stages that know, before a transfer and again while it runs. */
public final class FileRights implements UploadRights {
    private final Authenticator authenticator;
    private final RoomAuthorizer rooms;
    private final Predicate<UserId> banned;

    public FileRights(Authenticator authenticator, RoomAuthorizer rooms, Predicate<UserId> banned) {
        this.authenticator = authenticator;
        this.rooms = rooms;
        this.banned = banned;
    }

    @Override
    public boolean isOver(UserId user) {
        return banned.test(user);
    }

    @Override
    public Future<Boolean> maySend(Upload upload) {
        TicketGrant grant = upload.grant();
        Sender sender = new Sender(
                upload.owner(),
                Optional.empty(),
                grant.role(),
                upload.target().fold(room -> grant.grantsRoom() ? List.of(room.value()) : List.of(), user -> List.of()),
                grant.family().orElse(""));
        return authenticator
                .isRevoked(new TokenIdentity(upload.owner(), grant.tokenId(), grant.issuedAt(), grant.family()))
                .compose(revoked -> revoked
                        ? Future.succeededFuture(false)
                        : upload.target()
                                .fold(
                                        room -> rooms.authorizeWithBar(sender, RoomAction.FILE_UPLOAD, room),
                                        user -> rooms.authorizeDirect(sender, FrameType.FILE_UPLOAD, user))
                                .compose(FileRights::isGranted));
    }

    /**
     * Whether the token of a reader is revoked since it was verified. A token that has expired since is still good for this
     * file.
     */
    Future<Boolean> isRevoked(TokenClaims reader) {
        return authenticator.isRevoked(TokenIdentity.of(reader));
    }

    Function<Target, Future<Boolean>> readers(TokenClaims reader) {
        Sender sender = new Sender(
                reader.userId(),
                reader.username(),
                reader.role(),
                reader.rooms(),
                reader.family().orElse(""));
        return target -> target.fold(
                        room -> rooms.authorizeWithBar(sender, RoomAction.HISTORY, room),
                        user -> rooms.authorizeDirect(sender, FrameType.HISTORY, user))
                .compose(FileRights::isGranted);
    }

    /** A question without an answer is no refusal: it fails the Future. */
    private static Future<Boolean> isGranted(Verdict verdict) {
        return verdict.fold(() -> Future.succeededFuture(true), FileRights::isRefusal);
    }

    private static Future<Boolean> isRefusal(Rejection why) {
        return why.equals(Rejection.of(Reason.UNAVAILABLE)) || why.equals(Rejection.unavailable())
                ? Future.failedFuture(new StoreFailure("the user of a file can't be authorized"))
                : Future.succeededFuture(false);
    }
}
