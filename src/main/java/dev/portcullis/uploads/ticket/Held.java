package dev.portcullis.uploads.ticket;

import java.util.List;

/**
 * The storage that is taken at one moment, as far as a further upload depends on it.
 *
 * @param owner the uploads of the user who uploads
 * @param address the uploads that users sent from each network of the client while they were new, narrowest first
 * @param all the uploads of all users
 */
public record Held(Sums owner, List<Sums> address, Sums all) {
    public Held {
        address = List.copyOf(address);
    }
}
