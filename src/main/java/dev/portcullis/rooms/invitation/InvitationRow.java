package dev.portcullis.rooms.invitation;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.invitation.Invitation.Right;
import dev.portcullis.rooms.invitation.Strangers.First;
import dev.portcullis.store.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A book as the stores keep it: the format number, then a line for each invitation, {@code r <room> <by> <role> <at> <right>
 * <stranger> <over bar>} or {@code s <room> <to> <role> <at> <declined at> <over bar>}, for each that the user was told of,
 * {@code t <at>}, and for each stranger who invited the user lately, {@code f <by> <first at>}. No id contains a space.
 */
final class InvitationRow {
    private static final String FORMAT = "1";
    private static final String RECEIVED = "r";
    private static final String SENT = "s";
    private static final String TOLD = "t";
    private static final String FIRST = "f";
    private static final int RECEIVED_PARTS = 8;
    private static final int SENT_PARTS = 7;
    private static final int TOLD_PARTS = 2;
    private static final int FIRST_PARTS = 3;

    private InvitationRow() {}

    static String encode(InvitationBook book) {
        return Stream.of(
                        Stream.of(FORMAT),
                        book.received().stream().map(InvitationRow::line),
                        book.sent().stream().map(InvitationRow::line),
                        book.told().stream().map(at -> TOLD + " " + at),
                        book.strangers().first().stream()
                                .map(each -> FIRST + " " + each.by().value() + " " + each.at()))
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n"));
    }

    private static String line(Invitation invitation) {
        return String.join(
                " ",
                RECEIVED,
                invitation.room().value(),
                invitation.by().value(),
                invitation.role().id(),
                Long.toString(invitation.at()),
                invitation.right().name(),
                Boolean.toString(invitation.stranger()),
                Boolean.toString(invitation.overBar()));
    }

    private static String line(SentInvitation invitation) {
        return String.join(
                " ",
                SENT,
                invitation.room().value(),
                invitation.to().value(),
                invitation.role().id(),
                Long.toString(invitation.at()),
                Long.toString(invitation.declinedAt()),
                Boolean.toString(invitation.overBar()));
    }

    /** Fails for an unreadable row: a part of it could let a user in whom another part keeps out. */
    static InvitationBook decode(String row) {
        List<Invitation> received = new ArrayList<>();
        List<SentInvitation> sent = new ArrayList<>();
        List<Long> told = new ArrayList<>();
        List<First> first = new ArrayList<>();
        String[] lines = row.split("\n", -1);
        if (!lines[0].equals(FORMAT)) {
            throw unreadable();
        }
        try {
            for (int i = 1; i < lines.length; i++) {
                String[] parts = lines[i].split(" ", -1);
                if (parts.length == RECEIVED_PARTS && parts[0].equals(RECEIVED)) {
                    received.add(new Invitation(
                            new RoomId(parts[1]),
                            new UserId(parts[2]),
                            role(parts[3]),
                            Long.parseLong(parts[4]),
                            Right.valueOf(parts[5]),
                            Boolean.parseBoolean(parts[6]),
                            Boolean.parseBoolean(parts[7])));
                } else if (parts.length == SENT_PARTS && parts[0].equals(SENT)) {
                    sent.add(new SentInvitation(
                            new RoomId(parts[1]),
                            new UserId(parts[2]),
                            role(parts[3]),
                            Long.parseLong(parts[4]),
                            Long.parseLong(parts[5]),
                            Boolean.parseBoolean(parts[6])));
                } else if (parts.length == TOLD_PARTS && parts[0].equals(TOLD)) {
                    told.add(Long.parseLong(parts[1]));
                } else if (parts.length == FIRST_PARTS && parts[0].equals(FIRST)) {
                    first.add(new First(new UserId(parts[1]), Long.parseLong(parts[2])));
                } else {
                    throw unreadable();
                }
            }
        } catch (IllegalArgumentException malformed) {
            throw unreadable();
        }
        return new InvitationBook(received, sent, told, new Strangers(first));
    }

    private static RoomRole role(String id) {
        return RoomRole.of(id).orElseThrow(InvitationRow::unreadable);
    }

    private static StoreFailure unreadable() {
        return new StoreFailure("the invitations of a user can't be read");
    }
}
