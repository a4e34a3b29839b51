# GapGLS by nlme, beside hipstride: time and coefficients.
# Rscript nlme_gls.R rows.csv REPEATS
# rows.csv: y, day and the columns of the design without its intercept, x1 to xk.
suppressPackageStartupMessages(library(nlme))
given <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(given[1])
repeats <- as.integer(given[2])
columns <- grep("^x", names(rows), value = TRUE)
formula <- as.formula(paste("y ~", paste(columns, collapse = " + ")))
seconds <- numeric(repeats)
for (i in seq_len(repeats)) {
  seconds[i] <- system.time(
    fit <- gls(formula, data = rows, method = "REML",
               correlation = corExp(form = ~day, nugget = TRUE))
  )[["elapsed"]]
}
range_nugget <- coef(fit$modelStruct$corStruct, unconstrained = FALSE)
cat(sprintf("seconds %.6f\n", median(seconds)))
cat(sprintf("slope %.12g\n", coef(fit)[[2]]))
cat(sprintf("se %.12g\n", sqrt(vcov(fit)[2, 2])))
cat(sprintf("tau_days %.12g\n", range_nugget[["range"]]))
cat(sprintf("nu %.12g\n", range_nugget[["nugget"]]))
cat(sprintf("log_likelihood %.12g\n", as.numeric(logLik(fit))))
