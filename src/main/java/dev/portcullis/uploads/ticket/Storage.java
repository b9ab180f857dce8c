package dev.portcullis.uploads.ticket;

/**
 * The storage for all files.
 *
 * @param countsTickets whether an unused ticket takes bytes of it, as where the server can't ask again when the file is sent
 */
public record Storage(long bytes, boolean countsTickets) {}
