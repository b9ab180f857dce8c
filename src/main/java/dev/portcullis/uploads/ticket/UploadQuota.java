package dev.portcullis.uploads.ticket;

/**
 * The limits of one user, however much is free.
 *
 * @param bytes the most bytes of all their uploads, from the ticket on
 * @param pending the most uploads that are not kept yet
 */
public record UploadQuota(long bytes, int pending) {}
