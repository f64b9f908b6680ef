"""Compliance audit and document verification for insurance sales: a function from files to an audit."""
