package dev.portcullis.uploads.ticket;

import java.util.List;

/**
 * The origin of an upload.
 *
 * @param address the networks that the client counted under when it asked for the ticket, narrowest first
 * @param ofNewUser whether its owner was new then: it counts for these networks until it is gone
 */
public record UploadOrigin(List<String> address, boolean ofNewUser) {
    public UploadOrigin {
        address = List.copyOf(address);
    }

    /** Whether the owner is new is known when the ticket is given. */
    public static UploadOrigin of(List<String> address) {
        return new UploadOrigin(address, false);
    }
}
