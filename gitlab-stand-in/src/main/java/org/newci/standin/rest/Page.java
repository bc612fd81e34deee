package org.newci.standin.rest;

import io.javalin.http.Context;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The slice of a list that a caller wants; GitLab counts pages from 1. */
public record Page(int number, int size) {

  private static final int LARGEST = 100;
  private static final int LARGEST_TOTAL = 10_000;

  /** From {@code page} and {@code per_page}. */
  public static Page of(Params params) {
    return new Page(
        params.number("page", 1, 1), Math.min(params.number("per_page", 20, 1), LARGEST));
  }

  public int offset() {
    return (int) Math.min(Integer.MAX_VALUE, (number - 1L) * size);
  }

  /** Writes that slice of a list that is small enough to be read whole. */
  public <T> void slice(Context ctx, URI base, List<T> all, Function<T, ?> json) {
    List<T> slice = all.stream().skip(offset()).limit(size).toList();
    answer(ctx, base, slice, all.size(), json);
  }

  /** Writes the slice with GitLab's headers; totals above 10,000 are left out. */
  public <T> void answer(Context ctx, URI base, List<T> slice, long total, Function<T, ?> json) {
    long pages = Math.max(1, (total + size - 1) / size);
    boolean counted = total <= LARGEST_TOTAL;
    ctx.header("x-page", String.valueOf(number));
    ctx.header("x-per-page", String.valueOf(size));
    if (counted) {
      ctx.header("x-total", String.valueOf(total));
      ctx.header("x-total-pages", String.valueOf(pages));
    }
    ctx.header("x-next-page", number < pages ? String.valueOf(number + 1) : "");
    ctx.header("x-prev-page", number > 1 ? String.valueOf(number - 1) : "");
    List<String> links = new ArrayList<>();
    if (number > 1) {
      links.add(link(ctx, base, number - 1, "prev"));
    }
    if (number < pages) {
      links.add(link(ctx, base, number + 1, "next"));
    }
    links.add(link(ctx, base, 1, "first"));
    if (counted) {
      links.add(link(ctx, base, pages, "last"));
    }
    ctx.header("Link", String.join(", ", links));
    RestPages.json(ctx, 200, slice.stream().map(json).toList());
  }

  /** Writes a slice of a list that nobody counts. */
  public void uncounted(Context ctx, URI base, boolean more, List<?> slice) {
    ctx.header("x-page", String.valueOf(number));
    ctx.header("x-per-page", String.valueOf(size));
    ctx.header("x-next-page", more ? String.valueOf(number + 1) : "");
    ctx.header("x-prev-page", number > 1 ? String.valueOf(number - 1) : "");
    List<String> links = new ArrayList<>();
    if (number > 1) {
      links.add(link(ctx, base, number - 1, "prev"));
    }
    if (more) {
      links.add(link(ctx, base, number + 1, "next"));
    }
    links.add(link(ctx, base, 1, "first"));
    ctx.header("Link", String.join(", ", links));
    RestPages.json(ctx, 200, slice);
  }

  /** Where a keyset goes on: the parameter and the number of the last row. */
  public record Next(String parameter, long value) {}

  /** Writes a slice of a keyset; its only link is to what follows. */
  public void keyset(Context ctx, URI base, Optional<Next> next, List<?> rows) {
    next.ifPresent(
        n -> {
          String query =
              kept(ctx, List.of("id_after", "id_before", "private_token"))
                  + "&%s=%d".formatted(n.parameter(), n.value());
          ctx.header("Link", "<%s%s?%s>; rel=\"next\"".formatted(base, path(ctx), query));
        });
    RestPages.json(ctx, 200, rows);
  }

  private String link(Context ctx, URI base, long page, String relation) {
    String kept = kept(ctx, List.of("page", "per_page", "private_token"));
    return "<%s%s?page=%d&per_page=%d%s>; rel=\"%s\""
        .formatted(base, path(ctx), page, size, kept.isEmpty() ? "" : "&" + kept, relation);
  }

  /** As the caller wrote it: an encoded slash stays one. */
  private static String path(Context ctx) {
    return ctx.req().getRequestURI();
  }

  private static String kept(Context ctx, List<String> dropped) {
    String given = ctx.queryString();
    return given == null
        ? ""
        : Stream.of(given.split("&", -1))
            .filter(part -> !part.isEmpty() && !dropped.contains(part.replaceFirst("=.*", "")))
            .collect(Collectors.joining("&"));
  }
}
