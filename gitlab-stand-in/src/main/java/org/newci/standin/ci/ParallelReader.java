package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Scalar;

/** Reads {@code parallel}: how many jobs one job becomes, their names and variables. */
record ParallelReader(Faults faults) {
  /** Jobs that one job may become. */
  static final int MOST = 200;

  /**
   * One of the jobs.
   *
   * @param suffix behind the job's name: {@code " 1/3"}, {@code ": [a, b]"}
   * @param variables of the matrix
   */
  record Copy(String suffix, List<CiVariable> variables, Optional<JobPlace.Node> node) {
    static final List<Copy> ALONE = List.of(new Copy("", List.of(), Optional.empty()));
  }

  List<Copy> copies(String job, Field field) {
    String where = job + ":parallel";
    Optional<Integer> number = Section.integer(field.value());
    if (number.isPresent()) {
      return numbered(where, number.get(), field);
    }
    if (!(field.value() instanceof Fields fields)) {
      faults.add(where + " should be an integer or a hash", field.line());
      return Copy.ALONE;
    }
    List<Map<String, String>> rows = matrix(where, fields);
    List<Copy> copies = new ArrayList<>();
    for (Map<String, String> row : rows) {
      List<CiVariable> variables =
          row.entrySet().stream()
              .map(v -> new CiVariable(v.getKey(), v.getValue(), false))
              .toList();
      copies.add(
          new Copy(
              suffix(row),
              variables,
              Optional.of(new JobPlace.Node(copies.size() + 1, rows.size()))));
    }
    return copies.isEmpty() ? Copy.ALONE : copies;
  }

  /** The suffixes of the jobs that a need picks. */
  List<String> picked(String need, Field field) {
    if (!(field.value() instanceof Fields fields)) {
      faults.add(need + ":parallel should be a hash", field.line());
      return List.of();
    }
    return matrix(need + ":parallel", fields).stream().map(ParallelReader::suffix).toList();
  }

  private static String suffix(Map<String, String> row) {
    return ": [" + String.join(", ", row.values()) + "]";
  }

  private List<Copy> numbered(String where, int total, Field field) {
    if (total < 1) {
      faults.add(where + " config must be greater than or equal to 1", field.line());
      return Copy.ALONE;
    }
    if (total > MOST) {
      faults.add(where + " config must be less than or equal to " + MOST, field.line());
      return Copy.ALONE;
    }
    List<Copy> copies = new ArrayList<>();
    for (int i = 1; i <= total; i++) {
      copies.add(
          new Copy(" " + i + "/" + total, List.of(), Optional.of(new JobPlace.Node(i, total))));
    }
    return copies;
  }

  private List<Map<String, String>> matrix(String where, Fields fields) {
    Keywords.PARALLEL.check(where, fields, faults);
    Optional<Field> matrix = new Section(where, fields, faults).present("matrix");
    if (matrix.isEmpty() || !(matrix.get().value() instanceof Items entries)) {
      faults.add(where + ":matrix config should be an array of hashes", fields.line());
      return List.of();
    }
    List<Map<String, String>> rows = new ArrayList<>();
    for (Value entry : entries.values()) {
      if (!(entry instanceof Fields variables) || variables.fields().isEmpty()) {
        faults.add(where + ":matrix config should be an array of hashes", entry.line());
        return List.of();
      }
      Map<String, List<String>> values = new LinkedHashMap<>();
      for (Map.Entry<String, Field> variable : variables.fields().entrySet()) {
        values.put(variable.getKey(), values(where, variable.getValue()));
      }
      long more = 1;
      for (List<String> one : values.values()) {
        more = Math.min(MOST + 1, more * one.size());
      }
      if (rows.size() + more > MOST) {
        faults.add(
            where + ":matrix config generates too many jobs (maximum is " + MOST + ")",
            matrix.get().line());
        return List.of();
      }
      rows.addAll(product(values));
    }
    return rows;
  }

  private List<String> values(String where, Field field) {
    List<Value> values =
        field.value() instanceof Items items ? items.values() : List.of(field.value());
    boolean good =
        !values.isEmpty() && values.stream().allMatch(v -> v instanceof Scalar && !v.isNull());
    if (!good) {
      faults.add(
          where
              + ":matrix:variables config should be a hash of key value pairs, value can be an"
              + " array",
          field.line());
      return List.of();
    }
    return values.stream().map(v -> ((Scalar) v).text()).toList();
  }

  private static List<Map<String, String>> product(Map<String, List<String>> variables) {
    List<Map<String, String>> rows = new ArrayList<>();
    rows.add(Map.of());
    for (Map.Entry<String, List<String>> variable : variables.entrySet()) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> row : rows) {
        for (String value : variable.getValue()) {
          Map<String, String> next = new LinkedHashMap<>(row);
          next.put(variable.getKey(), value);
          longer.add(next);
        }
      }
      rows = longer;
    }
    return rows;
  }
}
