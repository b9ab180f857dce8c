package dev.portcullis.uploads.ticket;

/**
 * What there is for all files.
 *
 * @param countsTickets whether a ticket takes bytes of it, as where the server can't ask again when the file is sent
 */
public record Storage(long bytes, boolean countsTickets) {}
