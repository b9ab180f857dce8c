package dev.portcullis.edge.frame;

import static dev.portcullis.edge.frame.FrameAction.needing;
import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.rooms.RoomAction;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.uploads.UploadStorage;
import dev.portcullis.uploads.UploadTickets;
import dev.portcullis.uploads.Uploads;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.Upload.TicketGrant;
import dev.portcullis.uploads.ticket.UploadTicket;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Gives tickets for files to users who may send them to the room, which they have joined, or to the user. Block lists are not
 * asked: the sender must not learn of a block, and only users who get a message that refers to a file can find it.
 */
public final class UploadHandler {
    private final RoomAuthorizer rooms;
    private final Optional<Uploads> uploads;

    /** @param uploads the storage for files; empty where there is none */
    public UploadHandler(RoomAuthorizer rooms, Optional<UploadStorage> uploads) {
        this.rooms = rooms;
        this.uploads = uploads.map(UploadStorage::uploads);
    }

    FrameAction action(ClientFrame.FileUpload frame) {
        return uploads.map(offered -> needing(from -> mayUpload(from, frame.target()))
                        .then((from, deadline) -> issue(offered, from, frame)))
                .orElseGet(FrameAction::unsupported)
                .about(frame.target());
    }

    private Future<Verdict> mayUpload(Connection from, Target to) {
        return to.fold(
                room -> mayUpload(from, room),
                user -> rooms.authorizeDirect(from.sender(), FrameType.FILE_UPLOAD, user));
    }

    /** Whether the user may upload to the room. The bar is checked now, since none is when the ticket is used later. */
    private Future<Verdict> mayUpload(Connection from, RoomId room) {
        return from.subscriptions().isIn(room)
                ? rooms.authorizeWithBar(from.sender(), RoomAction.FILE_UPLOAD, room)
                : succeededFuture(Verdict.refused(Reason.NOT_MEMBER));
    }

    private static Future<FrameOutcome> issue(Uploads offered, Connection from, ClientFrame.FileUpload frame) {
        return offered.issue(new UploadTickets.Wanted(
                        from.sender().userId(),
                        addressOf(from),
                        grant(from.session(), frame.target()),
                        frame.target(),
                        frame.name(),
                        frame.size(),
                        frame.mime()))
                .map(result -> result.fold(
                        ticket -> issued(offered, frame, ticket.ticket(), ticket.upload()),
                        why -> FrameOutcome.refused(why, frame.target())));
    }

    private static List<String> addressOf(Connection from) {
        return IpAddress.parse(from.client().address())
                .map(address -> address.keys().narrowestFirst())
                .orElse(List.of());
    }

    private static TicketGrant grant(Session session, Target target) {
        return new TicketGrant(
                session.sender().role(),
                target.fold(session.sender()::isGranted, user -> false),
                session.tokenId(),
                session.tokenIssuedAt(),
                session.family());
    }

    private static FrameOutcome issued(
            Uploads offered, ClientFrame.FileUpload frame, UploadTicket ticket, Upload upload) {
        return new FrameOutcome.Reply(new ServerFrame.UploadTicket(
                frame.envelope().id(),
                offered.uploadUrl(ticket, upload),
                offered.uploadUntil(upload),
                upload.size(),
                upload.id().value(),
                offered.config().fileUrl(upload.id())));
    }
}
