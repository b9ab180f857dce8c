package dev.portcullis.uploads.ticket;

import java.util.List;

/**
 * What is held at one moment, as far as a further upload depends on it.
 *
 * @param owner all of the user who uploads
 * @param address what users that were new have sent from each network of the client, narrowest first
 * @param all of all users
 */
public record Held(Sums owner, List<Sums> address, Sums all) {
    public Held {
        address = List.copyOf(address);
    }
}
