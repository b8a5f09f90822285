"""What people see: components, forms and pages."""
