package dev.portcullis.uploads.ticket;

/**
 * What one user may have at a time, however much is free.
 *
 * @param bytes of all their uploads, from the ticket on
 * @param pending uploads that are not kept yet
 */
public record UploadQuota(long bytes, int pending) {}
